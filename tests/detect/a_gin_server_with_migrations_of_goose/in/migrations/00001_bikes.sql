-- +goose Up
create table bikes (id int);
