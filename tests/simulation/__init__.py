"""The room, claims and orders under a clock that is stepped, far faster than the real one."""
