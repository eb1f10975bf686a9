"""Tests of the timeline of orders and deliveries."""
