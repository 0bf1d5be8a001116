"""A query to hits: query language, ladder, ranking, highlighting, facets, other spellings."""
