"""The books: the only place that knows the database. Tables, migrations, queries, ledger."""
