using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Identity;

/// <summary>Sees to it that persons are forgotten, here and at the online provider, also when nobody asks any more.</summary>
internal sealed partial class IdentityTidying(IdentityDesk desk, TimeProvider time, ILogger<IdentityTidying> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await desk.TidyAsync().ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                LogFault(logger, e);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Checks could not be tidied; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
