"""Which API versions the practice org speaks: v31 to that of Summer '26."""

OLDEST = 31
NEWEST = 67
