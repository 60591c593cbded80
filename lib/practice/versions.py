"""Which API versions the practice org speaks: v31 to that of Winter '27."""

OLDEST = 31
NEWEST = 68
