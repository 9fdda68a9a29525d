package dev.daybook.eventlog.disk;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;

/// What does not pass the disk's seam cannot be crashed in a test; and a name that is changed past the one helper is easily
/// left to the system's mercy.
@AnalyzeClasses(packages = "dev.daybook.eventlog", importOptions = DoNotIncludeTests.class)
class OnlyThroughTheDiskTest {
  @ArchTest
  static final ArchRule onlyTheDiskTouchesFiles =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.daybook.eventlog.disk")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Files.class,
              FileChannel.class,
              File.class,
              FileInputStream.class,
              FileOutputStream.class,
              RandomAccessFile.class);

  /// A rename is not durable before its directory is forced: DurableFiles does both.
  @ArchTest
  static final ArchRule onlyDurableFilesRenames =
      noClasses()
          .that()
          .areNotAssignableTo(DurableFiles.class)
          .and()
          .resideOutsideOfPackage("dev.daybook.eventlog.disk")
          .should()
          .callMethodWhere(target(owner(assignableTo(Disk.class))).and(target(name("rename"))));

  /// Neither is a creation, but a room that creates many files and forces their directory once may do so; these do.
  @ArchTest
  static final ArchRule fewCreateFilesByThemselves =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.daybook.eventlog.disk")
          .and()
          .doNotHaveSimpleName("SegmentFile") // LogDirectory forces, at the next checkpoint
          .and()
          .doNotHaveSimpleName("IndexFiles") // derived: worth no force
          .and()
          .doNotHaveSimpleName("TransactionFile") // derived: worth no force
          .and()
          .doNotHaveSimpleName("ScrubPlace") // a hint: worth no force
          .and()
          .doNotHaveSimpleName("HashedCopy") // forces all its directories in the end
          .should()
          .callMethodWhere(target(owner(assignableTo(Disk.class))).and(target(name("create"))));
}
