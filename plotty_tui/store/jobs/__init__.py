"""Jobs and designs: the queue and its order, batches, plan sets, clients, what can be undone."""
