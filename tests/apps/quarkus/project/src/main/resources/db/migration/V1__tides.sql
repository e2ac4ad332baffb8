CREATE TABLE tide (id bigint PRIMARY KEY, harbour text NOT NULL, height numeric(4, 2) NOT NULL);
CREATE SEQUENCE tide_seq START WITH 1 INCREMENT BY 50;
INSERT INTO tide VALUES (nextval('tide_seq'), 'Husum', 3.48);
