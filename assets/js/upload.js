// For pages with a field that sends files (media/_upload.html).
import { upload } from "./behaviours/upload.js";

upload(document);
document.addEventListener("htmx:load", (event) => event.target !== document.body && upload(event.target));
