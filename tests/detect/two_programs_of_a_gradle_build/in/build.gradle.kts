plugins {
    id("org.springframework.boot") version "4.0.1" apply false
}
