package com.example.tides;

import io.quarkus.panache.common.Sort;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

@Path("/tides")
public class Tides {
    @GET
    public List<Tide> all() {
        return Tide.listAll(Sort.by("harbour"));
    }
}
