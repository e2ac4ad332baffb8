plugins {
    java
    application
}

application {
    mainClass = "com.example.market.Backoffice"
}
