using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Journal;

internal static class JournalServices
{
    public static void AddJournal(this IServiceCollection services)
    {
        services.AddSingleton<TillJournal>();
        services.AddSingleton<TellAgain>();
        services.AddSingleton<SetBack>();
        services.AddSingleton<MirrorFeed>();
        services.AddSingleton<ITillCommand, ConfirmMirrorHandler>();
    }
}
