package dev.daybook.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything `daybook start` was told, by flags over the config file over defaults.
///
/// @param dataDirectory where the log lies
/// @param kafka where the Kafka port listens
/// @param advertised what clients are told to connect to; its port 0 means the port that was bound
/// @param http where the page, the API, health and metrics are served
/// @param registry where the schema registry is served
/// @param connect where Connect's REST is served
/// @param rooms which rooms run; without the log, `bootstrap` names a Kafka cluster to work on
/// @param bootstrap the brokers of that cluster
/// @param insecure whether listeners that others can reach are allowed without authentication
/// @param pluginPath folders that hold connectors, one folder or jar each
/// @param connectDirectory connector configs as files, if any
/// @param fileRoots folders that file connectors may touch
/// @param settings all further settings of the config file, by name
public record ServerConfig(
    Path dataDirectory,
    HostPort kafka,
    HostPort advertised,
    HostPort http,
    HostPort registry,
    HostPort connect,
    Set<Room> rooms,
    Optional<String> bootstrap,
    boolean insecure,
    List<Path> pluginPath,
    Optional<Path> connectDirectory,
    List<Path> fileRoots,
    Map<String, String> settings) {

  /// A part that `--only` can name.
  public enum Room {
    LOG,
    REGISTRY,
    CONNECT,
    PAGE;

    static Room of(String name) {
      for (Room room : values()) {
        if (room.name().equalsIgnoreCase(name.trim())) {
          return room;
        }
      }
      throw new UsageException(
          "There is no part '" + name + "' to run: --only takes registry, connect and page");
    }
  }

  public ServerConfig {
    rooms = Set.copyOf(rooms);
    pluginPath = List.copyOf(pluginPath);
    fileRoots = List.copyOf(fileRoots);
    settings = Map.copyOf(settings);
    if (!rooms.contains(Room.LOG) && bootstrap.isEmpty()) {
      throw new UsageException(
          "--only without the log needs --bootstrap HOST:PORT, the Kafka cluster to work on");
    }
    if (rooms.contains(Room.LOG) && bootstrap.isPresent()) {
      throw new UsageException(
          "--bootstrap goes with --only registry|connect|page: a Daybook with its own log needs no other");
    }
    if (!insecure) {
      for (HostPort listener : List.of(kafka, http, registry, connect)) {
        if (!listener.isLoopback()) {
          throw new UsageException(
              "The listener "
                  + listener
                  + " can be reached from other machines, and there is neither authentication nor TLS yet:"
                  + " listen on 127.0.0.1, or add --insecure if the network is yours alone");
        }
      }
    }
  }

  /// All rooms.
  public static Set<Room> allRooms() {
    return EnumSet.allOf(Room.class);
  }

  /// A number among the settings.
  public long number(String name, long defaultValue) {
    String value = settings.get(name);
    if (value == null) {
      return defaultValue;
    }
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      throw new UsageException(name + "=" + value + " must be a whole number", e);
    }
  }

  /// A number among the settings that must fit in 31 bits.
  public int smallNumber(String name, int defaultValue) {
    long value = number(name, defaultValue);
    if (value != (int) value) {
      throw new UsageException(
          name + "=" + value + " is too large: the most is " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /// A time in milliseconds among the settings.
  public Duration duration(String name, Duration defaultValue) {
    return Duration.ofMillis(number(name, defaultValue.toMillis()));
  }

  /// A yes or no among the settings.
  public boolean flag(String name, boolean defaultValue) {
    String value = settings.get(name);
    if (value == null) {
      return defaultValue;
    }
    return switch (value.trim()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new UsageException(name + "=" + value + " must be true or false");
    };
  }
}
