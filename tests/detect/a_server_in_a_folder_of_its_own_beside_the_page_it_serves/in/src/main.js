document.body.append("watch");
