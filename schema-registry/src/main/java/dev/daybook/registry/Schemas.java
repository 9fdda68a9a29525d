package dev.daybook.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Parses schemas, proposed and stored, with the texts they refer to, and remembers the stored ones it parsed last.
/// For any thread.
final class Schemas {
  private static final int MAX_REMEMBERED = 1_000;

  private final Map<String, SchemaProvider> providers = new LinkedHashMap<>();
  private final Limits limits;
  private final Map<SchemaContent, ParsedSchema> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<SchemaContent, ParsedSchema> eldest) {
              return size() > MAX_REMEMBERED;
            }
          });

  Schemas(List<SchemaProvider> providers, Limits limits) {
    providers.forEach(provider -> this.providers.put(provider.type(), provider));
    this.limits = limits;
  }

  List<String> types() {
    return List.copyOf(providers.keySet());
  }

  ParsedSchema parseProposed(
      String type, String text, List<Reference> references, SchemaCatalog catalog) {
    return provider(type).parse(text, resolved(references, catalog), true);
  }

  ParsedSchema stored(SchemaContent content, SchemaCatalog catalog) {
    ParsedSchema known = remembered.get(content);
    if (known == null) {
      known =
          provider(content.type())
              .parse(content.text(), resolved(content.references(), catalog), false);
      remembered.put(content, known);
    }
    return known;
  }

  private SchemaProvider provider(String type) {
    SchemaProvider provider = providers.get(type);
    if (provider == null) {
      throw new Refusal(
          422,
          Refusal.INVALID_SCHEMA,
          "Invalid schema type " + type + "; this registry knows " + String.join(", ", types()));
    }
    return provider;
  }

  /// The texts behind the references, each before those that need it.
  private List<String> resolved(List<Reference> references, SchemaCatalog catalog) {
    List<String> texts = new ArrayList<>();
    resolve(references, catalog, texts, new HashSet<>());
    return texts;
  }

  private void resolve(
      List<Reference> references,
      SchemaCatalog catalog,
      List<String> texts,
      Set<SubjectVersion> seen) {
    for (Reference reference : references) {
      if (!seen.add(reference.target())) {
        continue;
      }
      if (seen.size() > limits.maxReferences()) {
        throw Refusal.tooLarge("it refers to more than " + limits.maxReferences() + " schemas");
      }
      SchemaContent content = content(reference, catalog);
      resolve(content.references(), catalog, texts, seen);
      texts.add(content.text());
    }
  }

  private static SchemaContent content(Reference reference, SchemaCatalog catalog) {
    var version = catalog.subject(reference.subject()).versions().get(reference.version());
    StoredSchema schema = version == null ? null : catalog.schema(version.id());
    if (schema == null) {
      throw Refusal.invalidSchema(
          "no schema found for the reference {name="
              + reference.name()
              + ",subject="
              + reference.subject()
              + ",version="
              + reference.version()
              + "}");
    }
    return schema.content();
  }
}
