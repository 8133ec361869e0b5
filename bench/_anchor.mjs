// Node's own Socket.IO server doing what the gateway does, as an anchor: people follow a topic, what is posted reaches all.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((request, response) => {
  let text = "";
  request.on("data", (part) => (text += part));
  request.on("end", () => {
    const told = JSON.parse(text);
    io.to(told.topic).emit("room", told);
    response.end("done");
  });
});
const io = new Server(http, { transports: ["websocket", "polling"], perMessageDeflate: false, cors: { origin: "*" } });
io.on("connection", (socket) => {
  socket.on("subscribe", (topic, beside, answer) => {
    socket.join(topic);
    const reply = answer ?? beside;
    reply({ state: "following", number: beside?.after ?? 0 });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"));
