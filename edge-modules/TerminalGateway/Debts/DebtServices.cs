namespace Marquee.TerminalGateway.Debts;

/// <summary>The parts that get back what was declined after the goods were gone.</summary>
internal static class DebtServices
{
    public static void AddDebts(this IServiceCollection services)
    {
        services.AddSingleton<DebtBook>();
        services.AddSingleton<PaymentLinks>();
        services.AddSingleton<DebtCollector>();
        services.AddSingleton<DebtDesk>();
        services.AddSingleton<DebtRounds>();
    }
}
