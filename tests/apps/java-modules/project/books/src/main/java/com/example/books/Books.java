package com.example.books;

public final class Books {
    private Books() {}

    public static String first() {
        return "first entry";
    }
}
