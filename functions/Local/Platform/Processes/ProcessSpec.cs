namespace Marquee.Local.Platform.Processes;

/// <summary>A process of the platform: how it is started and how it shows that it is ready.</summary>
internal sealed record ProcessSpec
{
    /// <summary>Short and unique; names the log file as well.</summary>
    public required string Name { get; init; }

    /// <summary>For the progress line.</summary>
    public required string Description { get; init; }

    public required string Executable { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>On top of the platform's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public required string WorkingDirectory { get; init; }

    public required Readiness Ready { get; init; }

    /// <summary>Variables of the platform's own environment that would make a child listen elsewhere.</summary>
    public static IReadOnlyList<string> NotInherited { get; } =
        ["ASPNETCORE_URLS", "URLS", "HTTP_PORTS", "HTTPS_PORTS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS"];
}
