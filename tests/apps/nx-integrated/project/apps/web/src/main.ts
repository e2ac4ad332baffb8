import { greeting } from "@nx-integrated/greeting";

const place = document.querySelector("#greeting");
if (place) {
  place.textContent = greeting("web");
}
