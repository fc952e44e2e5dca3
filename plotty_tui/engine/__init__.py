"""The process that drives the plotters: lease, orders, a task per device, recovery."""
