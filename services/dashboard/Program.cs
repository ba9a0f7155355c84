using Moodstream.BuildingBlocks.InProcess;
using Moodstream.Dashboard;
using Moodstream.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddInProcessBuildingBlocks();    // pub/sub and state
builder.AddDashboard();                  // the board, its subscriptions, the live feed

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready
app.MapDashboard();                      // the page, its assets, the event stream, the state as JSON

app.Run();
