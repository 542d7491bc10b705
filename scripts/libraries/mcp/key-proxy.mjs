// Passes requests on to the service with its token, for clients that cannot send one. Prints the address at which it listens.
//
//   node key-proxy.mjs <url of the service> <token>
import http from "node:http";

const [, , target, token] = process.argv;
const { hostname, port } = new URL(target);

const proxy = http.createServer((request, response) => {
  // Host and Origin stay as the client sent them, because the service judges both.
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  const passed = http.request({ hostname, port, method: request.method, path: request.url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    response.flushHeaders();
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  passed.on("error", () => response.destroy());
  response.on("close", () => passed.destroy());
  request.pipe(passed);
});
proxy.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${proxy.address().port}`));
