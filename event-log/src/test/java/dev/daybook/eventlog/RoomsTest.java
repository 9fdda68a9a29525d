package dev.daybook.eventlog;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The rooms of the event log, low to high: each imports only those before it.
class RoomsTest {
  private static final String ROOT = "dev.daybook.eventlog";
  private static final List<String> ROOMS_LOW_TO_HIGH =
      List.of(
          ROOT + ".record..",
          ROOT + ".time..",
          ROOT + ".disk..",
          ROOT + ".journal..",
          ROOT + ".log..",
          ROOT + ".topic..",
          ROOT + ".partition..",
          ROOT + ".group..",
          ROOT + ".transaction..",
          ROOT + ".maintenance..",
          ROOT,
          ROOT + ".protocol..",
          ROOT + ".broker..");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
  }

  @Test
  void aRoomImportsOnlyRoomsBelowIt() {
    for (int i = 0; i < ROOMS_LOW_TO_HIGH.size() - 1; i++) {
      String[] above =
          ROOMS_LOW_TO_HIGH.subList(i + 1, ROOMS_LOW_TO_HIGH.size()).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ROOMS_LOW_TO_HIGH.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(classes);
    }
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void belowTheProtocolOnlyTheGroupAdapterKnowsKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".protocol..", ROOT + ".broker..", ROOT + ".group.kafka..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(classes);
  }
}
