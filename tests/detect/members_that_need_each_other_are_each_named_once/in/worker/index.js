setInterval(work, 1000);
