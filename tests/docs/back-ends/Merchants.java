import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The server. Stores each instance in a file, which the test reads. */
class Merchants {
  static final Map<String, String> SESSIONS = new ConcurrentHashMap<>();

  static String signedIn(HttpExchange exchange) {
    String cookie = exchange.getRequestHeaders().getFirst("cookie");
    return cookie == null ? null : SESSIONS.get(cookie);
  }

  static void saveInstance(String subject, long id, String token) throws IOException {
    new ObjectMapper().writeValue(fileOf(id), List.of(subject, token));
  }

  static void deleteInstance(String subject, long id) throws IOException {
    Files.deleteIfExists(fileOf(id).toPath());
  }

  static File fileOf(long id) {
    return new File(System.getenv("INSTANCES"), String.valueOf(id));
  }

  static void signIn(HttpExchange exchange) throws IOException {
    String merchant = exchange.getRequestURI().getQuery().replace("merchant=", "");
    String cookie = "session=" + UUID.randomUUID();
    SESSIONS.put(cookie, merchant);
    exchange.getResponseHeaders().set("set-cookie", cookie);
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(merchant.getBytes());
    exchange.close();
  }

  public static void main(String[] args) throws IOException {
    var port = Integer.parseInt(System.getenv("PORT"));
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/sign-in", Merchants::signIn);
    server.createContext("/internal/session", Connect::whoIsAsking);
    server.createContext("/internal/instances", Connect::takeDelivery);
    server.start();
  }
}
