"""Tests that cross contexts; a context's own tests live beside its code."""
