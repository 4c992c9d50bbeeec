"""Experts on demand: a customer asks, experts answer, clocks run.

Doors: `inquiries.asking`, `inquiries.answering`, `inquiries.access`, `inquiries.queries`, `inquiries.events`.
"""
