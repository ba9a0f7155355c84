using Moodstream.Dashboard;
using Moodstream.ServiceDefaults;
using Moodstream.Sidecar;

var builder = ServiceProgram.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddBuildingBlocks();             // pub/sub and state: Dapr's, or this process's own
builder.AddDashboard();                  // the board, its subscriptions, the live feed

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready
app.MapBuildingBlocks();                 // what a Dapr sidecar calls
app.MapDashboard();                      // the page, its assets, the event stream, the state as JSON

app.Run();
