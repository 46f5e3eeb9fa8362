namespace Marquee.Local.Functions.Builder;

/// <summary>The way in: <c>FunctionsApplication.CreateBuilder(args)</c>.</summary>
#pragma warning disable CA1052 // The official type is neither static nor sealed.
public class FunctionsApplication
#pragma warning restore CA1052
{
    /// <summary>A builder over the entry assembly's functions, configured by environment variables, arguments and host.json.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(new FunctionsApplicationOptions { Args = args });
}
