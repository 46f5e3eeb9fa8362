using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Api;

public sealed class ViewershipApiTests(Azurite azurite) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private Cloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await Cloud.StartAsync(azurite, Stop);

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task What_the_relays_see_can_be_read_by_the_host()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.SayAsync(popUp.Berlin, Seen(popUp.Id, 12), ViewershipObserved.FactStream);
        await popUp.SayAsync(popUp.Lisbon, Seen(popUp.Id, 30), ViewershipObserved.FactStream);

        var path = $"api/events/{popUp.Id}/viewership";
        await _cloud.UntilAsync(path, viewership => (int)viewership["viewers"]! == 42);
        var read = await _cloud.GetAsync(path);
        Assert.Equal((42, 42, 2), ((int)read["viewerSeconds"]!, (int)read["joined"]!, read["streams"]!.AsArray().Count));
    }

    [Fact]
    public async Task An_event_that_is_not_there_has_none()
    {
        var answer = await _cloud.Http.GetAsync(new Uri("api/events/nobody-knows/viewership", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("unknown_event", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!["code"]);
    }

    private static ViewershipObserved Seen(string eventId, int viewers) =>
        new(eventId, eventId, viewers, [new ViewershipMinute(Given.Doors, viewers, viewers, viewers)]);
}
