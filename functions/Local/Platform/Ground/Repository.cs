namespace Marquee.Local.Platform.Ground;

/// <summary>
/// Where the sources and what was built from them are: the folder of Serverless.sln, and the configuration this tool itself was built
/// in.
/// </summary>
internal sealed record Repository(string Root, string Configuration)
{
    private const string Solution = "Serverless.sln";
    private const string Framework = "net10.0";

    /// <exception cref="PlatformException">The tool does not stand inside a working copy.</exception>
    public static Repository Find()
    {
        // …/bin/<Configuration>/<framework>/ is where the SDK puts what it builds.
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        for (var folder = output; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Solution))) return new Repository(folder.FullName, output.Parent!.Name);

        throw new PlatformException($"{Solution} was not found above {output.FullName}: run this from a working copy.");
    }

    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>The executable of a project, such as <c>edge-modules/StreamRelay</c> and <c>Marquee.StreamRelay</c>.</summary>
    /// <exception cref="PlatformException">It has not been built.</exception>
    public string Executable(string projectFolder, string assembly)
    {
        var path = PathOf(projectFolder, "bin", Configuration, Framework, OperatingSystem.IsWindows() ? assembly + ".exe" : assembly);
        return File.Exists(path)
            ? path
            : throw new PlatformException($"{path} is not there: build Serverless.sln ({Configuration}) first.");
    }

    /// <exception cref="PlatformException">The npm packages have not been installed.</exception>
    public string NodeScript(string pathInModules)
    {
        var path = PathOf("node_modules", pathInModules);
        return File.Exists(path) ? path : throw new PlatformException($"{path} is not there: run 'npm ci --ignore-scripts' first.");
    }
}
