package dev.daybook.connect.worker;

import static dev.daybook.connect.config.ConnectorKeys.PREDICATES;
import static dev.daybook.connect.config.ConnectorKeys.TRANSFORMS;

import dev.daybook.connect.config.ConnectorDef;
import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.jspecify.annotations.Nullable;

/// The chain of single message transformations of one task, each with the predicate that may hold it back.
final class Transforms<R extends ConnectRecord<R>> implements AutoCloseable {

  private record Step<R extends ConnectRecord<R>>(
      Transformation<R> transformation, @Nullable Predicate<R> predicate, boolean negate) {

    R apply(R record) {
      boolean holds =
          predicate == null
              || LoaderSwap.call(
                      predicate.getClass().getClassLoader(), () -> predicate.test(record))
                  != negate;
      return holds
          ? LoaderSwap.call(
              transformation.getClass().getClassLoader(), () -> transformation.apply(record))
          : record;
    }
  }

  private final List<Step<R>> steps;

  private Transforms(List<Step<R>> steps) {
    this.steps = steps;
  }

  static <R extends ConnectRecord<R>> Transforms<R> of(
      Plugin connector, Map<String, String> config, Plugins plugins) {
    List<Step<R>> steps = new ArrayList<>();
    for (String alias : ConnectorDef.aliases(config, TRANSFORMS)) {
      Map<String, String> own = under(TRANSFORMS + "." + alias + ".", config);
      Transformation<R> transformation = transformation(alias, own, connector, plugins);
      String predicate = own.get("predicate");
      boolean hasOwnPredicate = transformation.config().names().contains("predicate");
      boolean negate = Boolean.parseBoolean(own.getOrDefault("negate", "false"));
      steps.add(
          new Step<>(
              transformation,
              predicate == null || hasOwnPredicate
                  ? null
                  : predicate(predicate, config, connector, plugins),
              negate));
    }
    return new Transforms<>(steps);
  }

  @SuppressWarnings("unchecked") // a transformation is written for every kind of record
  private static <R extends ConnectRecord<R>> Transformation<R> transformation(
      String alias, Map<String, String> own, Plugin connector, Plugins plugins) {
    Plugin plugin = find(PluginKind.TRANSFORMATION, alias, own, connector, plugins);
    Transformation<R> transformation = plugin.create(Transformation.class);
    LoaderSwap.run(plugin.loader(), () -> transformation.configure(own));
    return transformation;
  }

  @SuppressWarnings("unchecked") // as above
  private static <R extends ConnectRecord<R>> Predicate<R> predicate(
      String alias, Map<String, String> config, Plugin connector, Plugins plugins) {
    Map<String, String> own = under(PREDICATES + "." + alias + ".", config);
    Plugin plugin = find(PluginKind.PREDICATE, alias, own, connector, plugins);
    Predicate<R> predicate = plugin.create(Predicate.class);
    LoaderSwap.run(plugin.loader(), () -> predicate.configure(own));
    return predicate;
  }

  private static Plugin find(
      PluginKind kind, String alias, Map<String, String> own, Plugin connector, Plugins plugins) {
    String type = own.getOrDefault("type", "");
    return plugins
        .find(kind, type, connector.loader())
        .orElseThrow(
            () ->
                new ConnectException(
                    "No " + kind.label() + " named '" + type + "' is installed, for " + alias));
  }

  private static Map<String, String> under(String prefix, Map<String, String> config) {
    Map<String, String> own = new HashMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            own.put(key.substring(prefix.length()), value);
          }
        });
    return own;
  }

  /// Runs one step of the chain under the task's error handling.
  interface Guard<R> {
    Outcome<R> run(Class<?> by, Callable<@Nullable R> step);
  }

  /// Sends a record through the chain. Done with null means a transformation dropped it.
  Outcome<R> apply(R record, Guard<R> guard) {
    R current = record;
    for (Step<R> step : steps) {
      R input = current;
      Outcome<R> outcome = guard.run(step.transformation().getClass(), () -> step.apply(input));
      if (!(outcome instanceof Outcome.Done<R>(var value)) || value == null) {
        return outcome;
      }
      current = value;
    }
    return new Outcome.Done<>(current);
  }

  @Override
  public void close() {
    for (Step<R> step : steps) {
      LoaderSwap.run(
          step.transformation().getClass().getClassLoader(), step.transformation()::close);
      Predicate<R> predicate = step.predicate();
      if (predicate != null) {
        LoaderSwap.run(predicate.getClass().getClassLoader(), predicate::close);
      }
    }
  }
}
