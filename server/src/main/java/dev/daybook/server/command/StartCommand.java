package dev.daybook.server.command;

import dev.daybook.server.ConfigFile;
import dev.daybook.server.HostPort;
import dev.daybook.server.Server;
import dev.daybook.server.ServerConfig;
import dev.daybook.server.ServerConfig.Room;
import dev.daybook.server.UsageException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `daybook start`: runs the server until SIGTERM or Ctrl-C. Flags win over the config file.
@Command(
    name = "start",
    description = "Run a Daybook until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Registry, Connect and page may answer 503 for a moment after the ports are open, when one line is printed: daybook ready kafka=... http=... registry=... connect=... data=...",
      "Exit codes: 0 stopped by a signal once it was ready, 1 the log can not go on, or not be closed, and wants to",
      "be started again, 2 a setting, a port or the directory can not be used, 3 the disk is full."
    })
public final class StartCommand implements Callable<Integer> {
  private static final String LOOPBACK = "127.0.0.1";

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the log lies (default ./data).")
  private @Nullable Path data;

  @Option(
      names = "--kafka-port",
      paramLabel = "N",
      description = "The Kafka port (default 9092, 0 = any free one).")
  private @Nullable Integer kafkaPort;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "The port of page, API, health and metrics (default 8080).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--registry-port",
      paramLabel = "N",
      description = "The schema registry's port (default 8081).")
  private @Nullable Integer registryPort;

  @Option(
      names = "--connect-port",
      paramLabel = "N",
      description = "The port of Connect's REST (default 8083).")
  private @Nullable Integer connectPort;

  @Option(names = "--config", paramLabel = "FILE", description = "A properties file with settings.")
  private @Nullable Path config;

  @Option(
      names = "--only",
      paramLabel = "ROOM",
      split = ",",
      description = "Run only registry, connect or page, on another Kafka cluster.")
  private List<String> only = List.of();

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster to work on, with --only.")
  private @Nullable String bootstrap;

  @Option(
      names = "--plugin-path",
      paramLabel = "DIR",
      split = ",",
      description = "Folders that hold connectors.")
  private List<Path> pluginPath = List.of();

  @Option(
      names = "--insecure",
      description = "Allow listeners that other machines can reach, without authentication.")
  private boolean insecure;

  @Override
  public Integer call() throws Exception {
    ServerConfig settings = settings();
    Server server = Server.start(settings);
    server.closeOnSignals();
    spec.commandLine().getOut().println(server.readyLine());
    spec.commandLine().getOut().flush();
    return server.awaitClosed();
  }

  private ServerConfig settings() {
    Map<String, String> file =
        config == null ? new TreeMap<>() : new TreeMap<>(ConfigFile.read(config));
    HostPort kafka = listener(file, "listeners", 9092, kafkaPort);
    String advertised = file.remove("advertised.listeners");
    List<Path> plugins = pluginPath.isEmpty() ? paths(file.remove("plugin.path")) : pluginPath;
    return new ServerConfig(
        data != null ? data : Path.of(Optional.ofNullable(file.remove("log.dirs")).orElse("data")),
        kafka,
        advertised == null ? kafka : HostPort.parse("advertised.listeners", advertised),
        listener(file, "http.listener", 8080, httpPort),
        listener(file, "registry.listener", 8081, registryPort),
        listener(file, "connect.listener", 8083, connectPort),
        rooms(),
        Optional.ofNullable(bootstrap),
        insecure,
        plugins.isEmpty() ? defaultPlugins() : plugins,
        Optional.ofNullable(file.remove("connect.config.dir")).map(Path::of),
        paths(file.remove("connect.file.roots")),
        file);
  }

  private Set<Room> rooms() {
    if (only.isEmpty()) {
      return ServerConfig.allRooms();
    }
    EnumSet<Room> rooms = EnumSet.noneOf(Room.class);
    only.forEach(name -> rooms.add(Room.valueOf(roomName(name))));
    return rooms;
  }

  private static String roomName(String name) {
    return switch (name.trim()) {
      case "registry" -> "REGISTRY";
      case "connect" -> "CONNECT";
      case "page" -> "PAGE";
      default ->
          throw new UsageException(
              "There is no part '" + name + "' to run: --only takes registry, connect and page");
    };
  }

  private static HostPort listener(
      Map<String, String> file, String name, int defaultPort, @Nullable Integer flag) {
    String given = file.remove(name);
    HostPort listener =
        given == null ? new HostPort(LOOPBACK, defaultPort) : HostPort.parse(name, given);
    return flag == null ? listener : listener.withPort(flag);
  }

  private static List<Path> paths(@Nullable String text) {
    return text == null || text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",")).map(String::trim).map(Path::of).toList();
  }

  /// The connectors that ship with Daybook; the `daybook` script says where they are.
  static List<Path> defaultPlugins() {
    String shipped = System.getProperty("daybook.plugins", "");
    return paths(shipped.replace(':', ','));
  }
}
