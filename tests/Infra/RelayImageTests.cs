namespace Marquee.Infra.Tests;

/// <summary>The relay's image and its deployment.</summary>
public sealed class RelayImageTests
{
    private static readonly ModuleImage Image = new("edge-modules/StreamRelay/Marquee.StreamRelay.csproj", "infra/edge/stream-relay.json", "streamRelay");

    [Fact]
    public void What_is_copied_exists_and_covers_all_projects_that_the_relay_refers_to() => Image.AssertCopiesItsProjects();

    [Fact]
    public void Both_images_are_of_the_SDKs_version_and_the_last_one_has_ffmpeg_and_no_root()
    {
        var version = ModuleImage.DotnetVersion;
        Assert.Equal([$"mcr.microsoft.com/dotnet/sdk:{version}-noble", $"mcr.microsoft.com/dotnet/aspnet:{version}-noble"], Image.Bases);
        Assert.Contains("install -y --no-install-recommends ffmpeg util-linux", Image.Last, StringComparison.Ordinal);
        Assert.Contains("\nUSER $APP_UID\n", Image.Last, StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"dotnet\", \"Marquee.StreamRelay.dll\"]", Image.Last, StringComparison.Ordinal);
        Assert.Contains("/health/live", Image.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deployment_gives_the_module_all_keys_that_it_cannot_start_without()
    {
        Image.AssertGives("Edge__PopId", "Edge__DataPath", "EdgeSync__EventsConnection", "EdgeSync__CommandsConnection", "EdgeSync__CommandSubscription");
        Image.AssertHostConfig();
    }
}
