namespace Marquee.TerminalGateway.Stock;

/// <summary>Stock in the till's container.</summary>
internal static class StockServices
{
    public static IServiceCollection AddStock(this IServiceCollection services) => services.AddSingleton<AdjustmentBook>();
}
