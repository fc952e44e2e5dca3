"""Plotters: the driver protocol, the simulator, and the worker process around a driver."""
