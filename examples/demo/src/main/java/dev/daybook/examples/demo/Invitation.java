package dev.daybook.examples.demo;

import dev.daybook.examples.demo.compare.Shape;
import dev.daybook.examples.demo.pipeline.ServerProcess;
import java.nio.file.Path;

/// What to look at and try while the demo runs.
record Invitation(ServerProcess server, Path folder) {
  String text() {
    String bootstrap =
        server.kafka().equals("127.0.0.1:9092") ? "" : " --bootstrap " + server.kafka();
    return """

           The page: %s

           Try next, in another terminal:
             ./daybook topic describe %s%s
             ./daybook consume %s --follow --registry %s%s
             curl -s %s/connectors?expand=status

           JSON lines come into %s.
           Ctrl-C ends it all; the next run goes on where this one stopped.
           """
        .formatted(
            server.page(),
            Shape.ORDERS.topic(),
            bootstrap,
            Shape.CUSTOMERS.topic(),
            server.registry(),
            bootstrap,
            server.connect(),
            folder.resolve("sinks").resolve("lines"));
  }
}
