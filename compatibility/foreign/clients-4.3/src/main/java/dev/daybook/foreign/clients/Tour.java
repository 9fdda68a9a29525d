package dev.daybook.foreign.clients;

import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/// Plays one scene and prints `done`; whatever goes wrong ends it with an error.
public final class Tour {
  private static final Map<String, Scene> SCENES =
      Map.of(
          "codecs", new Codecs(),
          "groups", new Groups(),
          "administration", new Administration(),
          "transactions", new Transactions());

  private Tour() {}

  public static void main(String[] arguments) throws Exception {
    Scene scene = SCENES.get(arguments[0]);
    System.out.println("kafka-clients " + AppInfoParser.getVersion());
    scene.play(new Cluster(arguments[1]), arguments[2]);
    System.out.println("done");
  }
}
