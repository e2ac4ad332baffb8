package com.example.tides;

import io.quarkus.hibernate.orm.panache.PanacheEntity;
import jakarta.persistence.Entity;
import java.math.BigDecimal;

@Entity
public class Tide extends PanacheEntity {
    public String harbour;
    public BigDecimal height;
}
