"""Servers that the fan-out bench runs beside the room; none is a part of the product.

Each listens on a free port of the loopback, says ``{"port": …}`` in one line, and from then on
sends every line of its input to every reader as one text. It ends with its input.
"""
