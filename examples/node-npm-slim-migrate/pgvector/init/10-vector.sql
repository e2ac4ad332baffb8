-- Runs once, on the first start with an empty volume, as do other *.sql and *.sh files beside it,
-- in the order of their names. An extension belongs to one database: this is "app".
CREATE EXTENSION IF NOT EXISTS vector;
