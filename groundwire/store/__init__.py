"""The store: everything that is kept in the publication's database, and the only place with SQL."""
