"""Owns orders, payments and refunds; never decides who may have units: promotions does."""
