create table soups (name text);
