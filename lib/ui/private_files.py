"""Files of people's addresses that the dashboard sends: they stay out of caches and other sites."""

from collections.abc import Mapping

PRIVATE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of such an answer."""
