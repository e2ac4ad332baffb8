import { Controller, Get } from "@nestjs/common";

@Controller("bookings")
export class BookingsController {
  @Get()
  all() {
    return [{ id: 1, room: "blue" }];
  }
}
