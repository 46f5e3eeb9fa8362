using Xunit.MicrosoftTestingPlatform;

namespace Marquee.Local.Durable.Tests;

internal static class Program
{
    public static Task<int> Main(string[] args) => args is [CrashWorker.Command, .. var rest]
        ? CrashWorker.RunAsync(rest)
        : TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
