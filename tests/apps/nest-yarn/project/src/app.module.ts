import { Module } from "@nestjs/common";
import { BookingsController } from "./bookings.controller";
import { HealthController } from "./health.controller";

@Module({ controllers: [BookingsController, HealthController] })
export class AppModule {}
