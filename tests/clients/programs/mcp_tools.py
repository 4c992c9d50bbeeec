"""An MCP client that starts mcp-msdefenderkql as an assistant does, and calls its tools."""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main():
    server = StdioServerParameters(command="mcp-msdefenderkql", env=dict(os.environ))
    async with stdio_client(server) as (reader, writer), ClientSession(reader, writer) as session:
        await session.initialize()

        async def call(tool, **arguments):
            (content,) = (await session.call_tool(tool, arguments)).content
            return content.text

        said = {
            "tools": [tool.name for tool in (await session.list_tools()).tools],
            "tables": await call("get_hunting_schema"),
            "columns": await call("get_hunting_schema", table_name="DeviceAlertEvents"),
            "rows": await call("run_hunting_query", query=sys.argv[1]),
            "wrong": await call("run_hunting_query", query="DeviceAlertEvents | where Nothing == 1"),
        }
    print(json.dumps(said))


asyncio.run(main())
