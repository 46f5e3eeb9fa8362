using Marquee.Local.Platform.Testing;

namespace Marquee.Local.Platform.Tests.Testing;

public sealed class SuiteTempFolderTests
{
    [Fact]
    public void What_a_suite_left_is_named_and_gone_and_what_only_the_runtime_could_delete_is_not_held_against_it()
    {
        string path;
        using (var folder = new SuiteTempFolder())
        {
            path = folder.Path;
            Directory.CreateDirectory(Path.Combine(path, "till", "data"));
            File.WriteAllText(Path.Combine(path, "notes"), "");
            File.WriteAllText(Path.Combine(path, "dotnet-diagnostic-7-9-socket"), "");

            Assert.Equal(["notes", "till"], folder.Left());
        }

        Assert.False(Directory.Exists(path));
    }
}
