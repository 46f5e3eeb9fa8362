using System.Text.Json;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Hardening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Marquee.TerminalGateway.Tests.Hardening;

/// <summary>Against a workload API on a Unix socket that does what the runtime's does: binds a ciphertext to its module and vector.</summary>
public sealed class WorkloadSecretBoxTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private WebApplication _runtime = null!;

    private string Socket => _folder.File("workload.sock");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.ListenUnixSocket(Socket));
        _runtime = builder.Build();
        _runtime.MapPost("/modules/{module}/genid/{generation}/{deed}", (string module, string generation, string deed, JsonElement body, HttpRequest request) =>
        {
            if (request.Query["api-version"] != "2020-07-07") return Results.BadRequest();
            var key = Sealing.Derive(new byte[Sealing.KeyBytes], module + generation);
            var vector = body.GetProperty("initializationVector").GetBytesFromBase64();
            return deed == "encrypt"
                ? Results.Json(new { ciphertext = Sealing.Seal(key, body.GetProperty("plaintext").GetBytesFromBase64(), vector) })
                : Results.Json(new { plaintext = Sealing.Open(key, body.GetProperty("ciphertext").GetBytesFromBase64(), vector) });
        });
        await _runtime.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_runtime_seals_and_opens_for_this_module_and_purpose_only()
    {
        using var box = Box("till");
        var sealedSecret = await box.SealAsync("root", "secret"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("secret"u8.ToArray(), await box.OpenAsync("root", sealedSecret, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<SecretBoxException>(() => box.OpenAsync("journal", sealedSecret, TestContext.Current.CancellationToken));
        using var other = Box("relay");
        await Assert.ThrowsAsync<SecretBoxException>(() => other.OpenAsync("root", sealedSecret, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_the_runtime_at_its_socket_the_box_says_so()
    {
        await _runtime.StopAsync(TestContext.Current.CancellationToken);
        using var box = Box("till");
        await Assert.ThrowsAsync<SecretBoxException>(() => box.SealAsync("root", "secret"u8.ToArray(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_machine_without_the_runtime_has_no_such_box()
    {
        Assert.Null(WorkloadSecretBox.FromEnvironment(new ConfigurationBuilder().Build()));
        Assert.Throws<EdgeConfigurationException>(() => WorkloadSecretBox.FromEnvironment(Configuration(("IOTEDGE_WORKLOADURI", "unix:///run/x.sock"))));
        Assert.Throws<EdgeConfigurationException>(() => WorkloadSecretBox.FromEnvironment(Configuration(("IOTEDGE_WORKLOADURI", "http://example.com"))));
    }

    private WorkloadSecretBox Box(string module) => WorkloadSecretBox.FromEnvironment(Configuration(
        ("IOTEDGE_WORKLOADURI", $"unix://{Socket}"), ("IOTEDGE_MODULEID", module), ("IOTEDGE_MODULEGENERATIONID", "1")))!;

    private static IConfiguration Configuration(params (string Key, string Value)[] pairs) =>
        new ConfigurationBuilder().AddInMemoryCollection(pairs.Select(p => KeyValuePair.Create(p.Key, (string?)p.Value))).Build();
}
